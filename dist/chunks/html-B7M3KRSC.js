var __defProp=Object.defineProperty;var __getOwnPropDesc=Object.getOwnPropertyDescriptor;var __getOwnPropNames=Object.getOwnPropertyNames;var __hasOwnProp=Object.prototype.hasOwnProperty;var __export=(target,all)=>{for(var name in all)__defProp(target,name,{get:all[name],enumerable:!0})},__copyProps=(to,from,except,desc)=>{if(from&&typeof from=="object"||typeof from=="function")for(let key of __getOwnPropNames(from))!__hasOwnProp.call(to,key)&&key!==except&&__defProp(to,key,{get:()=>from[key],enumerable:!(desc=__getOwnPropDesc(from,key))||desc.enumerable});return to};var __toCommonJS=mod=>__copyProps(__defProp({},"__esModule",{value:!0}),mod);var html_B7M3KRSC_exports={};__export(html_B7M3KRSC_exports,{renderHtml:()=>renderHtml});module.exports=__toCommonJS(html_B7M3KRSC_exports);var{ACCESS_LIMITS,accessRows,accessVerdict,actionsOf,causeOf,hasAccessNews,leftOut,newlySuppressed,notesOf,resourcesOf,signOf,whoOf}=require("../cli.js").c24(),{codeSpans,headline,lostFiles,readSentence,scoped}=require("../cli.js").c14(),{escapeInvisible}=require("../cli.js").c19(),LEAD=60,MAX_LINE=240;function renderHtml(review){let found=scoped(review);return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>KMS policy review</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>KMS policy review</h1>
<p class="headline ${found[0]?.severity??"clean"}">${prose(headline(review))}</p>
${[...overview(found),...found.map(section),...access(review),...suppressed(review),...gaps(review)].join(`
`)}
<footer>${[...leftOut(review),readSentence(review)].map(line=>`<p>${prose(line)}</p>`).join("")}</footer>
</main>
</body>
</html>
`}function overview(found){return found.length===0?[]:[`<table><thead><tr><th scope="col">Severity</th><th scope="col">Rule</th><th scope="col">Place</th><th scope="col">What is wrong</th></tr></thead><tbody>
${found.map((finding,index)=>`<tr><td>${badge(finding)}</td><td><a href="#f${index+1}">${escapeHtml(finding.rule)}</a></td><td class="place">${escapeHtml(placeOf(finding))}</td><td>${prose(finding.message)}</td></tr>`).join(`
`)}
</tbody></table>`]}function section(finding,index){let related=finding.related.map(({path,start,note})=>`<li><span class="place">${escapeHtml(`${path}:${start.line}`)}</span> ${prose(note)}</li>`);return`<section id="f${index+1}">
<h2>${badge(finding)} ${escapeHtml(finding.rule)}</h2>
<p class="place">${escapeHtml(placeOf(finding))}${finding.policy?` <span class="policy">${escapeHtml(finding.policy.address)}</span>`:""}</p>
${finding.excerpt.length>0?`<pre>${excerpt(finding)}</pre>
`:""}<p>${prose(finding.message)}</p>
<p><strong>What to write.</strong> ${prose(finding.advice)}</p>
${finding.fix?`<p><strong>Fix.</strong> ${prose(finding.fix.title)}: <code>kms-policy-review check --fix</code> writes it.</p>
`:""}${related.length>0?`<ul>${related.join("")}</ul>
`:""}<p><a href="${escapeHtml(finding.help)}" rel="noreferrer">Why, and when it is fine</a></p>
</section>`}function excerpt({start,end,excerpt:lines}){return lines.map((line,index)=>{let isLast=start.line+index===end.line,from=index===0?Math.min(start.column-1,line.length):0,to=Math.max(from,isLast?Math.min(end.column-1,line.length):line.length),first=line.length>MAX_LINE?Math.max(0,from-LEAD):0,last=Math.min(line.length,Math.max(to,first+MAX_LINE),first+2*MAX_LINE),piece=(a,b)=>escapeHtml(line.slice(a,Math.min(b,last)).replaceAll("	","  ")),before=`${first>0?"\u2026":""}${piece(first,from)}`;return`<span class="number">${String(start.line+index).padStart(4)}</span> ${before}<mark>${piece(from,to)}</mark>${piece(Math.min(to,last),last)}${last<line.length?"\u2026":""}`}).join(`
`)}function suppressed(review){let{shown,more}=newlySuppressed(review);if(shown.length===0)return[];let items=shown.map(({rule,place,reason})=>`<li>${prose(place)} ${escapeHtml(rule)}: ${escapeHtml(reason)}</li>`),rest=more>0?[`<li>... and ${more} more</li>`]:[];return[`<section><h2>Suppressed in this change: ${shown.length+more}</h2><ul>${[...items,...rest].join(`
`)}</ul></section>`]}function access({access:compared}){if(!hasAccessNews(compared))return[];let rows=accessRows(compared).map(row=>{let cells=[whoOf(row),actionsOf(row),resourcesOf(row),notesOf(row),causeOf(row)];return`<tr><td>${signOf(row)}</td>${cells.map(cell=>`<td>${prose(cell)}</td>`).join("")}</tr>`}),table=`<table><thead><tr><th scope="col"></th>${["Who","May","On","When","From"].map(head=>`<th scope="col">${head}</th>`).join("")}</tr></thead><tbody>
${rows.join(`
`)}
</tbody></table>`;return[`<section><h2>KMS access</h2><p>${prose(accessVerdict(compared))}</p>${rows.length>0?table:""}<p>${prose(ACCESS_LIMITS)}</p></section>`]}function gaps(review){let lines=[...lostFiles(review).map(({path,reason})=>`${path===""?"":`<span class="place">${escapeHtml(path)}</span> `}${prose(reason)}`),...review.gaps.map(gap=>`<span class="place">${escapeHtml(placeOf(gap))}</span> ${prose(gap.reason)}`)];return lines.length===0?[]:[`<section><h2>Could not be read or decided: ${lines.length}</h2><ul>${lines.map(line=>`<li>${line}</li>`).join(`
`)}</ul></section>`]}function badge({severity}){return`<span class="badge ${severity}">${severity}</span>`}function placeOf({path,start}){return`${path}:${start.line}:${start.column}`}function prose(message){return codeSpans(message).map(({text,isCode})=>isCode?`<code>${escapeHtml(text)}</code>`:escapeHtml(text)).join("")}var ENTITIES={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;"};function escapeHtml(text){return escapeInvisible(text).replace(/[&<>"']/g,character=>ENTITIES[character])}var STYLE=`
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --error: #b3261e; --warning: #8a5a00; --notice: #0b5cad; --clean: #1a7f37; --mark: #fff1a8; --text: #1f2328; --back: #fff }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #161b22; --error: #ff8a80; --warning: #e3b341; --notice: #79b8ff; --clean: #56d364; --mark: #5c4b00; --text: #e6edf3; --back: #0d1117 } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back) }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1rem }
h1 { margin: 0 0 .5rem } h2 { font-size: 1.1rem; margin: 0 0 .5rem }
.headline { font-size: 1.1rem; border-left: .3rem solid var(--clean); padding-left: .8rem }
.headline.error { border-color: var(--error) } .headline.warning { border-color: var(--warning) } .headline.notice { border-color: var(--notice) }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line) }
section { border-top: 1px solid var(--line); padding: 1.2rem 0 } section:target { background: var(--soft) }
.badge { display: inline-block; font-size: .8rem; font-weight: 600; border: 1px solid; border-radius: 1rem; padding: 0 .6rem }
.error.badge { color: var(--error) } .warning.badge { color: var(--warning) } .notice.badge { color: var(--notice) }
.place { font: .85rem ui-monospace, monospace; overflow-wrap: anywhere } @media (min-width: 48rem) { td.place { min-width: 14rem } } .policy { opacity: .7; margin-left: 1rem }
pre { background: var(--soft); padding: .8rem; overflow-x: auto; font: .85rem/1.5 ui-monospace, monospace }
code { font: .9em ui-monospace, monospace; background: var(--soft); padding: .1em .3em; border-radius: .2em; overflow-wrap: anywhere }
mark { background: var(--mark); color: inherit } .number { opacity: .55; user-select: none }
footer { border-top: 1px solid var(--line); opacity: .8 }
`;0&&(module.exports={renderHtml});
