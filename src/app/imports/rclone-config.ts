import { chooseOne, unusable, type Imported } from './imported.js';
import { RCLONE_TYPE, readRcloneRemote, type RcloneRemote } from './rclone-remote.js';

const HEADING = /^\[([^\]{}"]+)\]$/;
const SETTING = /^([a-z][a-z0-9_]*)\s*=\s*(.*)$/;

const TYPE_ADVICE = `import the section whose type is ${RCLONE_TYPE}; \`rclone config show\` prints them all`;

/** Whether a text is (part of) a configuration file of rclone's. */
export function isRcloneConfig(text: string): boolean {
  return linesOf(text).some((line) => HEADING.test(line) || /^(type|token|client_id)\s*=/.test(line));
}

/** The remote for Google Photos; `name` chooses one where there are several. */
export function readRcloneConfig(text: string, name?: string): Imported {
  return chooseRemote(sectionsOf(text), name);
}

/** The same of what `rclone config dump` prints, once parsed; undefined for JSON of another shape. */
export function readRcloneDump(value: object, name?: string): Imported | undefined {
  const remotes = new Map<string, RcloneRemote>();
  for (const [heading, remote] of Object.entries(value) as [string, unknown][]) {
    if (typeof remote !== 'object' || remote === null || !('type' in remote)) return undefined;
    remotes.set(heading, new Map(Object.entries(remote).map(([key, each]) => [key, String(each)])));
  }
  return remotes.size === 0 ? undefined : chooseRemote(remotes, name);
}

function chooseRemote(remotes: ReadonlyMap<string, RcloneRemote>, name: string | undefined): Imported {
  const photos = new Map([...remotes].filter(([, remote]) => (remote.get('type') ?? RCLONE_TYPE) === RCLONE_TYPE));
  if (photos.size > 0) return readRcloneRemote(chooseOne(photos, name, 'remote'), name);
  const types = [...remotes.values()].map((remote) => remote.get('type')?.slice(0, 40));
  throw unusable(`a remote of type ${types.join(', ')}`, TYPE_ADVICE);
}

function sectionsOf(text: string): ReadonlyMap<string, RcloneRemote> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let key = '';
  for (const line of linesOf(text)) {
    const [, heading] = HEADING.exec(line) ?? [];
    const [, name, value = ''] = SETTING.exec(line) ?? [];
    if (heading !== undefined) {
      section = new Map();
      sections.set(heading, section);
      key = '';
    } else if (name !== undefined) {
      // A section copied without its heading.
      if (sections.size === 0) sections.set('', section);
      section.set(name, value);
      key = name;
    } else if (!/^[^\s#;]+$/.test(line) || /^-{3,}$/.test(line)) {
      // What `rclone config show` writes below a section, or a comment.
      key = '';
    } else if (key !== '') {
      // A terminal broke the line before it.
      section.set(key, `${section.get(key) ?? ''}${line}`);
    }
  }
  return sections;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim());
}
