import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{distance,nearest}from"./chunk-7C3TIKUO.js";import"./chunk-YZASLWB7.js";export{distance,nearest};
