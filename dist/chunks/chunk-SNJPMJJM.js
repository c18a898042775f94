var VERSION="0.1.0",TOOL="kms-policy-review";export{VERSION,TOOL};
