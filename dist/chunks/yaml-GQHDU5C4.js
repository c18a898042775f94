import{parseYaml}from"./chunk-Q47WTKVM.js";import"./chunk-HYOOQGB6.js";import"./chunk-ZEYYIU67.js";export{parseYaml};
