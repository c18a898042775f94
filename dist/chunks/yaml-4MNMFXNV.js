import{parseYaml}from"./chunk-2JN7BA4N.js";import"./chunk-HYOOQGB6.js";import"./chunk-ZEYYIU67.js";export{parseYaml};
