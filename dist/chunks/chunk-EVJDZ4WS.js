import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
function escapeMarkdown(text){return visible(text.replace(/\s+/g," ")).replace(/[&<>]/g,character=>({"&":"&amp;","<":"&lt;",">":"&gt;"})[character]).replace(/[\\`*_{}[\]()#+\-.!|~]/g,"\\$&").replace(/[@#]/g,"$&​").replace(/:\/\//g,":​//").replace(/\bwww\\\./gi,"www​\\.")}function tableCell(markdown){return markdown.replace(/\r?\n/g," ").replace(/\\?\|/g,"\\|")}function visible(text){return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,character=>character===`
`||character==="	"?character:`\\u{${(character.codePointAt(0)??0).toString(16)}}`)}function plainText(message){return message.replace(/(`+)( ?)([\s\S]*?[^`])\2\1(?!`)/g,"$3").replace(/\*\*/g,"")}function cut(text,limit,note){if(text.length<=limit)return text;let room=limit-note.length-2,at=text.lastIndexOf(`
`,room);return`${text.slice(0,at>0?at:room)}

${note}`}export{escapeMarkdown,tableCell,visible,plainText,cut};
