// Formulas as JSON on standard input, their HTML as JSON on standard output: node typeset.cjs path/to/katex.js
const katex = require(require("path").resolve(process.argv[2]));
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const set = formulas.map(({ tex, display }) => {
  try {
    return { html: katex.renderToString(tex, { displayMode: display, strict: "ignore", trust: false }) };
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(set));
