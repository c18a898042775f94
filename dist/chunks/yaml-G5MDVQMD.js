import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{parseYaml}from"./chunk-4MSE7UCG.js";import"./chunk-W6JSYPG3.js";import"./chunk-T2EYXN3I.js";export{parseYaml};
