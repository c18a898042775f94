import{countsOf,headline,leftOut,lostFiles,placeOf,readSentence,scoped}from"./chunk-LS2RTVNE.js";import{escapeMarkdown,inertSentence,tableCell}from"./chunk-XP2JE5LW.js";import{code}from"./chunk-MCFKNPTB.js";import"./chunk-ZSXWHU4L.js";import"./chunk-ZEYYIU67.js";function findingsTable(review,room){let found=scoped(review);if(found.length===0)return[];let rows=fitting(found.map(tableRow),room),rest=found.length-rows.length;return[["| Severity | Rule | Place | What is wrong | What to write |","| --- | --- | --- | --- | --- |",...rows].join(`
`),...rest>0?[`... and ${rest} more; ${countsOf(review.summary)} in all.`]:[]]}function tableRow(finding){let rule=`[${finding.rule}](${finding.help})`;return`| ${[finding.severity,rule,placeOf(finding),finding.message,finding.advice].map(tableCell).join(" | ")} |`}function gapsList(review,room){let gaps=review.gaps.map(gap=>`- ${placeOf(gap)}: ${inertSentence(gap.reason)}`),all=[...lostFiles(review).map(({path,reason})=>`- ${path===""?"":`${code(path)}: `}${escapeMarkdown(reason)}`),...gaps];if(all.length===0)return[];let shown=fitting(all,room),rest=all.length>shown.length?[`- ... and ${all.length-shown.length} more`]:[],list=[...shown,...rest].join(`
`);return[`<details><summary>Could not be read or decided: ${all.length}</summary>

${list}

</details>`]}function fitting(lines,room){let left=room,end=lines.findIndex(line=>(left-=line.length+1,left<0));return end<0?[...lines]:lines.slice(0,end)}function footer(review){return[...leftOut(review),readSentence(review)].join(" ")}function renderMarkdown(review){let room=Number.POSITIVE_INFINITY;return`${["# KMS policy review",...[headline(review),...findingsTable(review,room),...gapsList(review,room),footer(review)]].join(`

`)}
`}export{renderMarkdown};
