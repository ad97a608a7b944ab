// Reads a report with the code of those who make the format, and prints what it
// understood as JSON: a list of objects with severity, path, line and message,
// as far as the format has them. Run from where the packages are:
//
//   node --input-type=module - FORMAT FILE < read.mjs
//
// What has no reader on npm is read here, by the words of its documentation, and
// written again by a writer of that format: the same line must come out.
import assert from "node:assert";
import { readFileSync } from "node:fs";

const [format, file] = process.argv.slice(2);
const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
const lines = text.split("\n");

// printed returns what a function writes to standard output.
function printed(write) {
  const original = process.stdout.write;
  let out = "";
  process.stdout.write = (chunk) => ((out += chunk), true);
  try {
    write();
  } finally {
    process.stdout.write = original;
  }
  return out;
}

const readers = {
  // The runner takes a line for a command whose first characters are two colons.
  async github() {
    const core = await import("@actions/core");
    const data = (s) => s.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
    const property = (s) => data(s.replaceAll("%3A", ":").replaceAll("%2C", ","));
    const found = [];
    for (const line of lines.filter((l) => l.trimStart().startsWith("::"))) {
      const [, command, list, message] = /^::(error|warning|notice)(?: (.*?))?::(.*)$/.exec(line);
      const p = Object.fromEntries(list.split(",").map((each) => [each.slice(0, each.indexOf("=")), property(each.slice(each.indexOf("=") + 1))]));
      const again = printed(() =>
        core[command](data(message), {
          title: p.title, file: p.file, startLine: p.line, endLine: p.endLine, startColumn: p.col, endColumn: p.endColumn,
        }),
      );
      assert.equal(again, line + "\n");
      found.push({ severity: command, path: p.file, line: Number(p.line), message: data(message) });
    }
    return found;
  },

  // An agent looks for commands anywhere in a line.
  async azure() {
    const { commandFromString } = await import("azure-pipelines-task-lib/taskcommand.js");
    return lines
      .filter((l) => l.includes("##vso[") || l.includes("##["))
      .map((line) => {
        assert.ok(line.startsWith("##vso["), line);
        // The agent takes these back in messages, too; the library does not.
        const end = line.indexOf("]");
        const text = line.slice(end).replaceAll("%3B", ";").replaceAll("%5D", "]");
        const { command, properties, message } = commandFromString(line.slice(0, end) + text);
        assert.equal(command, "task.logissue");
        return {
          severity: properties.type, path: properties.sourcepath, line: Number(properties.linenumber), rule: properties.code, message,
        };
      });
  },

  async teamcity() {
    const { default: Message } = await import("teamcity-service-messages/lib/message.js");
    (await import("teamcity-service-messages")).default.autoFlowId = false;
    const escape = /\|(?:0x([0-9A-F]{4})|[|'nr[\]])/g;
    const numbered = (s) => s.replace(escape, (all, number) => (number ? String.fromCharCode(parseInt(number, 16)) : all));
    const plain = (s) => s.replace(/\|(.)/g, (_, c) => ({ n: "\n", r: "\r" })[c] ?? c);
    const found = [];
    for (const line of lines.filter((l) => l.includes("##teamcity["))) {
      const [, name, list] = /^##teamcity\[(\w+) (.*)\]$/.exec(numbered(line));
      const values = Object.fromEntries([...list.matchAll(/(\w+)='((?:[^|']|\|.)*)'(?: |$)/gs)].map(([, key, value]) => [key, plain(value)]));
      assert.equal(String(new Message(name, { ...values, timestamp: "-" })), numbered(line).slice(0, -1) + " timestamp='-']");
      if (name === "inspection") {
        found.push({ severity: values.SEVERITY, path: values.file, line: Number(values.line), rule: values.typeId, message: values.message });
      } else {
        assert.ok(["inspectionType", "message"].includes(name), name);
      }
    }
    return found;
  },

  async junit() {
    const { parse } = await import("junit2json");
    const { testsuite: suites, tests, failures } = await parse(text);
    const cases = suites.flatMap((s) => s.testcase ?? []);
    assert.equal(cases.length, tests);
    assert.equal(cases.filter((c) => c.failure).length, failures);
    return cases
      .filter((c) => c.failure)
      .map((c) => ({ severity: c.failure[0].type, path: c.file, line: Number(c.line), message: c.failure[0].message }));
  },

  // GitHub Flavored Markdown as HTML, for whoever looks at HTML.
  async markdown() {
    const { micromark } = await import("micromark");
    const { gfm, gfmHtml } = await import("micromark-extension-gfm");
    return micromark(text, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  },
};

process.stdout.write(JSON.stringify(await readers[format]()) + "\n");
