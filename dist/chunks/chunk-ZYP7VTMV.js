import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
var CANDIDATE_ENDINGS=["json","yaml","yml","template"];function isCandidate(path){let ending=path.slice(path.lastIndexOf(".")+1).toLowerCase();return CANDIDATE_ENDINGS.some(candidate=>candidate===ending)}export{CANDIDATE_ENDINGS,isCandidate};
