import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
var SEVERITIES=["error","warning","notice"];export{SEVERITIES};
