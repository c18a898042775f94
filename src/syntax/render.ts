import { type Content, OWN_ACCOUNT_ID, type Own, type TextPart } from './content.ts';
import type { Layer, Member, Written } from './written.ts';
import { lineBreakOf } from './written-inside.ts';

type Quote = '"' | "'" | '';

/** How a value is written at a place: in which language, with which quotes, on one line or on several. */
export interface Style {
  layer: Layer;
  own: Own;
  /** YAML without brackets: each entry and item on a line of its own. */
  isBlock: boolean;
  /** Maps get a line for each entry. */
  isMultiline: boolean;
  /** Of a text in YAML: `"`, `'`, or none where it can do without; and those for a text that cannot. */
  quote: Quote;
  neededQuote: '"' | "'";
  /** Of a name in YAML and HCL. */
  nameQuote: Quote;
  /** Between a name and its value, in brackets. */
  colon: string;
  /** Inside the braces of a map on one line. */
  pad: string;
  /** White space at the beginning of the line, and one level more of it. */
  indent: string;
  unit: string;
}

/** A value in the language of its place; undefined where it cannot be said there. */
export function render(content: Content, style: Style): string | undefined {
  if ('flag' in content) return String(content.flag);
  if ('text' in content) return renderText(content.text, style);
  if ('items' in content) return renderItems(content.items, style);
  return renderEntries(content.entries, style);
}

/** A name as a key of a map. */
function renderName(name: string, { layer, nameQuote, neededQuote }: Style): string {
  if (layer.language === 'JSON') return JSON.stringify(name);
  if (layer.language === 'HCL') return nameQuote || !/^[A-Za-z_][\w-]*$/.test(name) ? JSON.stringify(name) : name;
  return yamlScalar(name, isPlainYaml(name) ? nameQuote : nameQuote || neededQuote);
}

function renderItems(items: readonly Content[], style: Style): string | undefined {
  const written = items.map((item) => render(item, { ...style, isBlock: false, isMultiline: false }));
  return written.every((one) => one !== undefined) ? `[${written.join(', ')}]` : undefined;
}

function renderEntries(entries: readonly (readonly [string, Content])[], style: Style): string | undefined {
  const inner = deeper(style);
  const written = entries.map(([name, value]) => renderEntry(name, value, inner));
  if (!written.every((one) => one !== undefined)) return undefined;
  const lineBreak = lineBreakOf(style.layer.text);
  if (style.isBlock) return written.map((one) => `${lineBreak}${inner.indent}${one}`).join('');
  if (!style.isMultiline) return `{${style.pad}${written.join(', ')}${style.pad}}`;
  const comma = style.layer.language === 'HCL' ? '' : ',';
  const lines = written.join(`${comma}${lineBreak}${inner.indent}`);
  return `{${lineBreak}${inner.indent}${lines}${lineBreak}${style.indent}}`;
}

/** An entry of a map: its name, what parts them, its value. */
export function renderEntry(name: string, value: Content, style: Style): string | undefined {
  const written = render(value, style);
  if (written === undefined) return undefined;
  const key = renderName(name, style);
  if (style.isBlock)
    return written.startsWith('\n') || written.startsWith('\r') ? `${key}:${written}` : `${key}: ${written}`;
  return `${key}${style.colon}${written}`;
}

function deeper(style: Style): Style {
  return { ...style, indent: style.indent + style.unit };
}

function renderText(parts: readonly TextPart[], style: Style): string | undefined {
  const { layer, own } = style;
  const literal = parts.map((part) => (typeof part === 'string' ? part : (own.account ?? '\0'))).join('');
  // What looks like a variable of the place would be taken for one.
  if (parts.some((part) => typeof part === 'string' && /[$%]\{/.test(part))) return undefined;
  const { reference } = own;
  if (parts.some((part) => part === OWN_ACCOUNT_ID) && reference !== undefined) {
    const filled = parts.map((part) => (typeof part === 'string' ? part : `\${${reference.name}}`)).join('');
    const isWhole = parts.length === 1;
    if (layer.variables === variablesOf(reference.language)) {
      if (layer.language === 'HCL' && isWhole) return reference.name;
      return layer.language === 'YAML' ? undefined : JSON.stringify(filled);
    }
    if (reference.language === 'CloudFormation' && !layer.isEmbedded)
      return isWhole ? call('Ref', reference.name, style) : call('Sub', filled, style);
  }
  if (literal.includes('\0')) return undefined;
  return layer.language === 'YAML'
    ? yamlScalar(literal, isPlainYaml(literal) ? style.quote : style.quote || style.neededQuote)
    : JSON.stringify(literal);
}

function variablesOf(language: 'CloudFormation' | 'Terraform'): Layer['variables'] {
  return language === 'CloudFormation' ? 'Fn::Sub' : 'Terraform';
}

/** A function of CloudFormation, in the form that the file has most use for. */
function call(name: 'Ref' | 'Sub', argument: string, style: Style): string | undefined {
  const long = name === 'Ref' ? 'Ref' : `Fn::${name}`;
  if (style.layer.language === 'JSON')
    return `{${style.pad}"${long}"${style.colon}${JSON.stringify(argument)}${style.pad}}`;
  if (style.layer.language !== 'YAML') return undefined;
  const written = name === 'Ref' ? argument : yamlScalar(argument, style.quote || style.neededQuote);
  const usesLong =
    /\b(?:Ref|Fn::\w+)["']?:\s/.test(style.layer.text) && !/!(?:Ref|Sub|GetAtt)\b/.test(style.layer.text);
  return usesLong ? `{ ${long}: ${written} }` : `!${name} ${written}`;
}

/** Words that some readers of YAML take for another kind of value. */
const YAML_WORDS = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i;

function isPlainYaml(value: string): boolean {
  return (
    /^[A-Za-z][A-Za-z0-9_\-./*]*(?::[A-Za-z0-9_\-./*]+)*$/.test(value.replace(/:+/g, ':')) && !YAML_WORDS.test(value)
  );
}

function yamlScalar(value: string, quote: Quote): string {
  if (quote === '"') return JSON.stringify(value);
  return quote === "'" ? `'${value.replaceAll("'", "''")}'` : value;
}

/** The style of a container: what is written beside its member `like` looks like what it has. */
export function styleOf(container: Written, own: Own, like: Member | undefined): Style {
  const { layer, members, layout, start, end } = container;
  const source = layer.text.slice(start, end);
  const place = like?.start ?? start;
  const named = like?.name ? like : members.find(({ name }) => name !== undefined);
  const sign = named?.name && !named.isBlock ? layer.text.slice(named.name.end, named.value.start) : '';
  const isBlock = layout === 'lines';
  const indent = isBlock ? ' '.repeat(columnAt(layer.text, place)) : indentAt(layer.text, place);
  return {
    layer,
    own,
    isBlock,
    isMultiline: !isBlock && like !== undefined && startsLine(layer.text, place),
    quote: quoteOf(container, source),
    neededQuote: source.includes("'") && !source.includes('"') ? "'" : '"',
    nameQuote: named?.name ? quoteAt(layer.text, named.name.start) : '',
    colon: layer.language === 'HCL' ? (sign.includes(':') ? ': ' : ' = ') : sign === ':' ? ':' : ': ',
    pad: padOf(source) ?? padOf(layer.text) ?? ' ',
    indent,
    unit: unitOf(container, indent),
  };
}

/** What stands inside the braces of maps on one line, where all of a text's are alike. */
function padOf(source: string): string | undefined {
  const [isTight, isPadded] = [/\{[^\s}]/.test(source), /\{ [^\s}]/.test(source)];
  return isTight === isPadded ? undefined : isPadded ? ' ' : '';
}

/** What a level more is indented by: as the members are against their brackets, or as maps in lines are against their names. */
function unitOf({ layer, layout, members, start }: Written, indent: string): string {
  if (layout === 'lines') {
    const nested = members.find(({ value, name }) => name && value.type === 'map' && value.layout === 'lines');
    const deeper = nested ? columnAt(layer.text, nested.value.start) - columnAt(layer.text, nested.start) : 0;
    return ' '.repeat(deeper > 0 ? deeper : DEFAULT_INDENT);
  }
  const around = indentAt(layer.text, start);
  const own = indent.startsWith(around) ? indent.slice(around.length) : '';
  return own === '' ? ' '.repeat(DEFAULT_INDENT) : own;
}

const DEFAULT_INDENT = 2;

/** The quotes of the texts in a container; none where some have none. */
function quoteOf({ layer, members }: Written, source: string): Quote {
  const all = members.flatMap(({ value }) => (value.type === 'list' ? value.members.map((one) => one.value) : [value]));
  const quotes = all.filter(({ type }) => type === 'scalar').map(({ start }) => quoteAt(layer.text, start));
  if (quotes.includes('')) return '';
  return quotes.includes("'") || (quotes.length === 0 && source.includes("'")) ? "'" : '"';
}

function quoteAt(source: string, at: number): Quote {
  const first = source[at];
  return first === '"' || first === "'" ? first : '';
}

/** The white space at the beginning of the line of an offset. */
export function indentAt(source: string, at: number): string {
  const from = source.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(source.slice(from, at))?.[0] ?? '';
}

function columnAt(source: string, at: number): number {
  return at - (source.lastIndexOf('\n', at - 1) + 1);
}

/** Whether only white space stands before an offset in its line. */
export function startsLine(source: string, at: number): boolean {
  const from = source.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*$/.test(source.slice(from, at));
}
