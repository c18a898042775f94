import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{RULES}from"./chunk-VXFD7DWS.js";import"./chunk-RE4YAS63.js";import"./chunk-7C3TIKUO.js";import"./chunk-YZASLWB7.js";export{RULES};
