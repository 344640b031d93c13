// Pictures of every screen against a real node (e2e/pictures.ts): `npm run pictures -- FOLDER`. Without a folder, those that the
// documents show, into docs/images.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const folder = process.argv[2];
const environment = { ...process.env, PICTURES: resolve(folder ?? '../docs/images'), FEW: folder ? '' : '1' };
const { status } = spawnSync('npx', ['playwright', 'test', '-c', 'e2e/pictures.config.ts'], { stdio: 'inherit', env: environment });
process.exit(status ?? 1);
