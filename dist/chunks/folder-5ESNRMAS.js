import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{folderChanges,readFile}from"./chunk-45PLHV5D.js";import"./chunk-CJADWX4A.js";import"./chunk-3KVJT5KA.js";import"./chunk-ZYP7VTMV.js";import"./chunk-YZASLWB7.js";export{folderChanges,readFile};
