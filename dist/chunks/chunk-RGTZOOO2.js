import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
var DEFAULT_CONFIG={trustedAccounts:[],trustedOrganizations:[],account:void 0,rules:{},paths:[],pathsIgnore:[],policyKinds:[],suppressions:[]};export{DEFAULT_CONFIG};
