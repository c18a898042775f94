import{parseYaml}from"./chunk-4EXAJ62B.js";import"./chunk-HYOOQGB6.js";import"./chunk-ZEYYIU67.js";export{parseYaml};
