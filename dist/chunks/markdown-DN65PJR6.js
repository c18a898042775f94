import{countsOf,headline,leftOut,placeOf,readSentence,scoped}from"./chunk-DQPYIPTL.js";import{escapeMarkdown,tableCell}from"./chunk-SCHCVZF4.js";import{code}from"./chunk-YZK7OHCY.js";import"./chunk-ZEYYIU67.js";var MAX_ROWS=500,MAX_GAPS=100;function findingsTable(review,rows=MAX_ROWS){let found=scoped(review);if(found.length===0)return[];let lines=found.slice(0,rows).map(finding=>`| ${[finding.severity,`[${finding.rule}](${finding.help})`,placeOf(finding),finding.message,finding.advice].map(tableCell).join(" | ")} |`),rest=found.length-lines.length;return[["| Severity | Rule | Place | What is wrong | What to write |","| --- | --- | --- | --- | --- |",...lines].join(`
`),...rest>0?[`... and ${rest} more; ${countsOf(review.summary)} in all.`]:[]]}function gapsList(review){let gaps=review.gaps.map(gap=>`- ${placeOf(gap)}: ${gap.reason}`),all=[...review.files.skipped.filter(({reason})=>reason!=="no policy can be in it").map(({path,reason})=>`- ${path===""?"":`${code(path)}: `}${escapeMarkdown(reason)}`),...gaps];if(all.length===0)return[];let shown=all.slice(0,MAX_GAPS).join(`
`),rest=all.length>MAX_GAPS?`
- ... and ${all.length-MAX_GAPS} more`:"";return[`<details><summary>Could not be read or decided: ${all.length}</summary>

${shown}${rest}

</details>`]}function footer(review){return[...leftOut(review),readSentence(review)].join(" ")}function renderMarkdown(review){return`${["# KMS policy review",headline(review),...findingsTable(review),...gapsList(review),footer(review)].join(`

`)}
`}export{renderMarkdown};
