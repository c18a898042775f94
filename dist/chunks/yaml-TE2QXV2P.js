import{parseYaml}from"./chunk-PFRJLBLL.js";import"./chunk-HYOOQGB6.js";import"./chunk-ZEYYIU67.js";export{parseYaml};
