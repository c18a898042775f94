import{parseYaml}from"./chunk-DDVJHSDS.js";import"./chunk-HYOOQGB6.js";import"./chunk-ZEYYIU67.js";export{parseYaml};
