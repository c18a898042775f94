import{wrap}from"./chunk-65ACDUI4.js";import{plainText,tableCell}from"./chunk-XP2JE5LW.js";import{code}from"./chunk-MCFKNPTB.js";import"./chunk-ZEYYIU67.js";var PROSE_WIDTH=100;function renderRulePage(rule){return`${[`# ${rule.id}`,`<!-- Generated from src/rules/${rule.id}.ts by \`npm run generate\`. -->`,`**${rule.title}.** Severity: ${rule.severity}.`,"## Why",rule.why,"## What to do",rule.remedy,"## When it says nothing",rule.quiet,"## Found",...rule.bad.map(example=>renderExample(example)),"## Fine",...rule.good.map(example=>renderExample(example)),"## Sources",rule.references.map(({title,url})=>`- [${title}](${url})`).join(`
`)].join(`

`)}
`}function renderExample(example){let marked=[...example.text.matchAll(/«([^»]*)»/g)].map(([,text=""])=>code(text)),place=marked.length>0?` The finding stands on ${marked.join(" and ")}.`:"",settings=example.config?.trustedAccounts?` With \`trusted-accounts: ["${example.config.trustedAccounts.join('", "')}"]\`.`:"";return`${example.title}${context(example)}.${place}${settings}

\`\`\`json
${example.text.replace(/[«»]/g,"")}
\`\`\``}function context({kind}){return kind?` (${kind.replaceAll("-"," ")})`:""}function renderRuleTable(rules){return["| Rule | Severity | Finds |","| --- | --- | --- |",...rules.map(({id,severity,title})=>`| [${id}](docs/rules/${id}.md) | ${severity} | ${tableCell(title)} |`)].join(`
`)}function renderRulesText(rules){let width=Math.max(...rules.map(rule=>rule.id.length));return`${rules.map(({id,severity,title})=>`${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}`).join(`
`)}
`}function renderRuleText(rule){let prose=text=>wrap(plainText(text),PROSE_WIDTH).join(`
`),examples=list=>list.map(example=>`${example.title}${context(example)}:
${underlined(example.text)}`);return`${[`${rule.id} (${rule.severity}): ${rule.title}`,prose(rule.why),prose(`What to do: ${rule.remedy}`),prose(`It says nothing about: ${rule.quiet}`),"Found",...examples(rule.bad),"Fine",...examples(rule.good),["Sources:",...rule.references.map(({title,url})=>`  ${title}: ${url}`)].join(`
`)].join(`

`)}
`}function underlined(text){let isMarked=!1;return text.split(`
`).flatMap(marked=>{let line="",carets="";for(let character of marked)character==="«"||character==="»"?isMarked=character==="«":(line+=character,carets+=isMarked&&(character!==" "||carets.includes("^"))?"^":" ");return carets.trim()===""?[line]:[line,carets.trimEnd()]}).map(line=>`  ${line}`).join(`
`)}export{renderRulePage,renderRuleTable,renderRuleText,renderRulesText};
