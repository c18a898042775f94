var DEFAULT_CONFIG={trustedAccounts:[],trustedOrganizations:[],account:void 0,rules:{},paths:[],pathsIgnore:[],policyKinds:[],suppressions:[]};export{DEFAULT_CONFIG};
