import{plainText,tableCell}from"./chunk-SCHCVZF4.js";import{code}from"./chunk-YZK7OHCY.js";import"./chunk-ZEYYIU67.js";function renderRulePage(rule){return`${[`# ${rule.id}`,`<!-- Generated from src/rules/${rule.id}.ts by \`npm run generate\`. -->`,`**${rule.title}.** Severity: ${rule.severity}.`,"## Why",rule.why,"## What to do",rule.remedy,"## When it says nothing",rule.quiet,"## Found",...rule.bad.map(example=>renderExample(example)),"## Fine",...rule.good.map(example=>renderExample(example)),"## Sources",rule.references.map(({title,url})=>`- [${title}](${url})`).join(`
`)].join(`

`)}
`}function renderExample(example){let marked=[...example.text.matchAll(/«([^»]*)»/g)].map(([,text=""])=>code(text)),place=marked.length>0?` The finding stands on ${marked.join(" and ")}.`:"",kind=example.kind?` (${example.kind.replaceAll("-"," ")})`:"",settings=example.config?.trustedAccounts?` With \`trusted-accounts: ["${example.config.trustedAccounts.join('", "')}"]\`.`:"";return`${example.title}${kind}.${place}${settings}

\`\`\`json
${example.text.replace(/[«»]/g,"")}
\`\`\``}function renderRuleTable(rules){return["| Rule | Severity | Finds |","| --- | --- | --- |",...rules.map(({id,severity,title})=>`| [${id}](docs/rules/${id}.md) | ${severity} | ${tableCell(title)} |`)].join(`
`)}function renderRulesText(rules){let width=Math.max(...rules.map(rule=>rule.id.length));return`${rules.map(({id,severity,title})=>`${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}`).join(`
`)}
`}function renderRuleText(rule){let examples=(title,list)=>[title,...list.map(example=>`${example.title}:
${example.text.replaceAll("«",">>").replaceAll("»","<<")}`)].join(`

`);return`${[`${rule.id} (${rule.severity}): ${rule.title}`,plainText(rule.why),`What to do: ${plainText(rule.remedy)}`,`It says nothing about: ${plainText(rule.quiet)}`,examples("Found (>> and << mark the place):",rule.bad),examples("Fine:",rule.good.map(example=>example)),["Sources:",...rule.references.map(({title,url})=>`  ${title}: ${url}`)].join(`
`)].join(`

`)}
`}export{renderRulePage,renderRuleTable,renderRuleText,renderRulesText};
