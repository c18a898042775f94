import"./chunk-ZEYYIU67.js";import{createHash}from"node:crypto";function sha256(text){return createHash("sha256").update(text).digest("hex").slice(0,32)}export{sha256};
