import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{MAX_DEPTH,parseYaml}from"./chunk-YM7WTEDN.js";import"./chunk-W6JSYPG3.js";import"./chunk-YZASLWB7.js";export{MAX_DEPTH,parseYaml};
