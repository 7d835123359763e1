import { z } from 'zod';
import { isOptionOf, MOUNT, OPTIONS, USER_PREFIX, type Option } from './options.js';
import { NULLABLE_SECTIONS } from './file-layer.js';
import { SOURCES } from '../sources/index.js';

/** A node of a JSON Schema. */
type Schema = Readonly<Record<string, unknown>>;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const USER_NEEDS = ['name', 'passwordHash'];

/** The JSON Schema (draft 2020-12) of the configuration file as it is written, for editors. */
export function jsonSchema(): Schema {
  const own = OPTIONS.filter(({ path }) => !path.startsWith(MOUNT) && !path.startsWith(USER_PREFIX));
  const { properties, ...root } = section(own, '');
  return {
    $schema: DIALECT,
    title: 'photodav configuration',
    ...root,
    properties: {
      $schema: { type: 'string', description: 'where this schema is found' },
      ...(properties as Schema),
      users: listOf({ ...section(within(USER_PREFIX), USER_PREFIX), required: USER_NEEDS }),
      mounts: listOf({ anyOf: Object.keys(SOURCES).map(mountOf) }),
    },
  };
}

/** A mount of this source, which is named or follows from its options. */
function mountOf(source: string): Schema {
  const options = within(MOUNT).filter((option) => isOptionOf(option, source));
  const { properties, ...mount } = section(options, MOUNT);
  const named = { ...(properties as Record<string, Schema>).source, enum: [source] };
  return { title: `a mount of source ${source}`, ...mount, properties: { ...(properties as Schema), source: named } };
}

function within(prefix: string): readonly Option[] {
  return OPTIONS.filter(({ path }) => path.startsWith(prefix));
}

function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** The object whose options begin with `prefix`, with the sections in it. */
function section(options: readonly Option[], prefix: string): Schema {
  const properties: Record<string, Schema> = {};
  for (const option of options) {
    const [name = '', ...rest] = option.path.slice(prefix.length).split('.');
    if (rest.length === 0) properties[name] = valueOf(option);
    else {
      const inner = `${prefix}${name}.`;
      properties[name] ??= section(
        options.filter(({ path }) => path.startsWith(inner)),
        inner,
      );
    }
  }
  const type = NULLABLE_SECTIONS.includes(prefix.slice(0, -1)) ? ['object', 'null'] : 'object';
  return { type, additionalProperties: false, properties };
}

function valueOf({ schema, description, allowed, defaultValue }: Option): Schema {
  const { type, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const facts = Object.entries(rest).filter(([name]) => name !== '$schema');
  // What the schema itself cannot say.
  const isText = (type === 'string' || type === 'array') && !('enum' in rest) && allowed !== 'text';
  return {
    type,
    ...Object.fromEntries(facts),
    description: isText ? `${description} (${allowed})` : description,
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
  };
}
