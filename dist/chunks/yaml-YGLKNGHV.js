import{parseYaml}from"./chunk-YJNVFKWI.js";import"./chunk-HYOOQGB6.js";import"./chunk-RJV3IFVQ.js";import"./chunk-ZEYYIU67.js";export{parseYaml};
