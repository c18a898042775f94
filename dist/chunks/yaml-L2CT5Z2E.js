import{parseYaml}from"./chunk-4IFDIR3I.js";import"./chunk-HYOOQGB6.js";import"./chunk-ZEYYIU67.js";export{parseYaml};
