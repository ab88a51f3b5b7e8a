// Compiles src/cluster/proto/spark_connect.proto into the module beside it, with buf and protoc-gen-es. Run
// it after a change of the .proto. The compilers are 100 MB, so npm installs them into a temporary folder
// each time.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scriptArguments } from './script-arguments.js';

const USAGE = `Usage: node scripts/build-proto.js [--check]

  --check   writes nothing, and fails if the module is not what the .proto compiles to`;
const { check } = scriptArguments(USAGE, { check: { type: 'boolean' } }).values;

const COMPILERS = { '@bufbuild/buf': '1.75.0', '@bufbuild/protoc-gen-es': '2.13.0' };
const source = fileURLToPath(new URL('../src/cluster/proto/spark_connect.proto', import.meta.url));
const output = source.replace(/\.proto$/, '_pb.ts');

const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-proto-'));
try {
  const module = compile();
  if (!check) writeFileSync(output, module);
  else if (readFileSync(output, 'utf8') !== module) {
    throw new Error(`${output} is not what the .proto compiles to; run node scripts/build-proto.js`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compile() {
  const plugin = { local: 'protoc-gen-es', out: '.', opt: ['target=ts', 'import_extension=js'] };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: COMPILERS }));
  writeFileSync(join(folder, 'buf.yaml'), 'version: v2\n');
  writeFileSync(join(folder, 'buf.gen.yaml'), JSON.stringify({ version: 'v2', plugins: [plugin] }));
  copyFileSync(source, join(folder, 'spark_connect.proto'));
  run(
    'npm',
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--loglevel=error',
  );
  run('npx', '--no-install', 'buf', 'generate', 'spark_connect.proto');
  return readFileSync(join(folder, 'spark_connect_pb.ts'), 'utf8');
}

function run(program, ...args) {
  const shell = process.platform === 'win32';
  const { status, error } = spawnSync(program, args, { cwd: folder, stdio: 'inherit', shell });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args[0]} ended with ${status}`);
}
