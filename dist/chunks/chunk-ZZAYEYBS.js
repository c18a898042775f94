import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{countsOf,headline,leftOut,placeOf,readSentence,scoped}from"./chunk-K37AYLQI.js";import{cut,escapeMarkdown,tableCell}from"./chunk-EVJDZ4WS.js";import{code}from"./chunk-RE4YAS63.js";var MAX_SUMMARY=3e5,MAX_ROWS=500,MAX_GAPS=100;function renderSummary(review,problems){let text=["## KMS policy review",headline(review),...problems.map(problem=>`> [!WARNING]
> ${problem.replace(/\s+/g," ")}`),...findingsTable(review),...gapsList(review),footer(review)].join(`

`);return`${cut(text,MAX_SUMMARY,"The summary is cut here: it would be longer than GitHub takes.")}
`}function findingsTable(review,rows=MAX_ROWS){let found=scoped(review);if(found.length===0)return[];let lines=found.slice(0,rows).map(finding=>`| ${[finding.severity,`[${finding.rule}](${finding.help})`,placeOf(finding),finding.message,finding.advice].map(tableCell).join(" | ")} |`),rest=found.length-lines.length;return[["| Severity | Rule | Place | What is wrong | What to write |","| --- | --- | --- | --- | --- |",...lines].join(`
`),...rest>0?[`... and ${rest} more; ${countsOf(review.summary)} in all.`]:[]]}function gapsList(review){let gaps=review.gaps.map(gap=>`- ${placeOf(gap)}: ${gap.reason}`),all=[...review.files.skipped.filter(({reason})=>reason!=="no policy can be in it").map(({path,reason})=>`- ${path===""?"":`${code(path)}: `}${escapeMarkdown(reason)}`),...gaps];if(all.length===0)return[];let shown=all.slice(0,MAX_GAPS).join(`
`),rest=all.length>MAX_GAPS?`
- ... and ${all.length-MAX_GAPS} more`:"";return[`<details><summary>Could not be read or decided: ${all.length}</summary>

${shown}${rest}

</details>`]}function footer(review){return[...leftOut(review),readSentence(review)].join(" ")}export{renderSummary,findingsTable,gapsList,footer};
