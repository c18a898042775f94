import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{renderJson}from"./chunk-QWDJYFKN.js";import"./chunk-5GWYLXYU.js";import"./chunk-YZASLWB7.js";export{renderJson};
