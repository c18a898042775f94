import{parseYaml}from"./chunk-6SMIZ3CU.js";import"./chunk-HYOOQGB6.js";import"./chunk-ZEYYIU67.js";export{parseYaml};
