import{parseYaml}from"./chunk-A3ITAXXY.js";import"./chunk-HYOOQGB6.js";import"./chunk-ZEYYIU67.js";export{parseYaml};
