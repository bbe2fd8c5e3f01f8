// Validates the API documents with the validators of their own communities: node validate.mjs openapi.yaml asyncapi.yaml
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";
import { Validator } from "@seriousme/openapi-schema-validator";

const [openApi, asyncApi] = process.argv.slice(2);
const faults = [];

const { valid, errors } = await new Validator().validate(readFileSync(openApi, "utf8"));
if (!valid) {
  faults.push(`${openApi}: ${JSON.stringify(errors, null, 2)}`);
}

const { document, diagnostics } = await new Parser().parse(readFileSync(asyncApi, "utf8"));
const ERROR = 0;
for (const { severity, path, message } of diagnostics) {
  if (severity === ERROR) {
    faults.push(`${asyncApi}: ${path.join(".")}: ${message}`);
  }
}
if (!document && faults.length === 0) {
  faults.push(`${asyncApi}: unreadable`);
}

console.log(faults.length === 0 ? "both are valid" : faults.join("\n"));
process.exitCode = faults.length === 0 ? 0 : 1;
