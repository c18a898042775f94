import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{findingsTable,footer,gapsList}from"./chunk-ZZAYEYBS.js";import{headline}from"./chunk-K37AYLQI.js";import"./chunk-EVJDZ4WS.js";import"./chunk-RE4YAS63.js";import"./chunk-YZASLWB7.js";function renderMarkdown(review){return`${["# KMS policy review",headline(review),...findingsTable(review),...gapsList(review),footer(review)].join(`

`)}
`}export{renderMarkdown};
