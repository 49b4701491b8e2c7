import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

// Lets node run the sources as they are: names without an extension are found, types are taken out.
const endings = ['.ts', '.tsx'];

export async function resolve(name, context, next) {
  if (name.startsWith('.')) {
    const address = new URL(name, context.parentURL);
    const ending = endings.find((end) => existsSync(fileURLToPath(address) + end));
    if (ending) return { url: address.href + ending, shortCircuit: true };
  }
  return next(name, context);
}

export async function load(address, context, next) {
  if (!endings.some((end) => address.endsWith(end))) return next(address, context);
  const { outputText } = ts.transpileModule(readFileSync(fileURLToPath(address), 'utf8'), {
    fileName: fileURLToPath(address),
    compilerOptions: {
      module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, jsx: ts.JsxEmit.ReactJSX, jsxImportSource: 'preact',
    },
  });
  return { format: 'module', source: outputText, shortCircuit: true };
}
