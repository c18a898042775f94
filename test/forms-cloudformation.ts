/** A policy (JSON text, perhaps with marks) behind CloudFormation's functions: name, file and text of each form. */
export function intrinsicForms(type: string, property: string, policy: string): [string, string, string][] {
  const template = (value: string, sections = ''): string =>
    `{${sections}"Resources": {"A": {"Type": "${type}", "Properties": {"${property}": ${value}}}}}`;
  const forms: [string, string, string][] = [
    ['CloudFormation, Fn::ToJsonString', 'f.json', template(`{"Fn::ToJsonString": ${policy}}`)],
    ['CloudFormation, Fn::Join', 'g.json', template(replaceStrings(policy, joined))],
    [
      'CloudFormation, Fn::If that is decided',
      'h.json',
      template(
        replaceStrings(policy, (text, mark) => `{"Fn::If": ["Always", ${mark(text)}, {"Ref": "AWS::NoValue"}]}`),
        '"Conditions": {"Always": {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}}, ',
      ),
    ],
  ];
  const moved: string[] = [];
  let inside = 0;
  const away = (text: string, mark: (text: string) => string): number => {
    if (mark(text) !== text) inside++;
    return moved.push(mark(text)) - 1;
  };
  const referring = replaceStrings(policy, (text, mark) => `{"Ref": "P${away(text, mark)}"}`);
  // Findings come in the order of the statements: marks that stay and marks that move would change places.
  const total = policy.split('«').length - 1;
  if ((inside === total || inside === 0) && !moved.includes('""')) {
    const parameters = moved.map((text, index) => `"P${index}": {"Type": "String", "AllowedValues": [${text}]}`);
    const mapping = moved.map((text, index) => `"P${index}": {"v": ${text}}`);
    const finding = referring.replace(/\{"Ref": "(P\d+)"\}/g, '{"Fn::FindInMap": ["M", "$1", "v"]}');
    forms.push(
      ['CloudFormation, parameters', 'i.json', template(referring, `"Parameters": {${parameters.join(', ')}}, `)],
      ['CloudFormation, a mapping', 'j.json', template(finding, `"Mappings": {"M": {${mapping.join(', ')}}}, `)],
    );
  }
  return forms;
}

/** Replaces every string that is a value. `mark` puts the marks that stood around the string around its new text. */
function replaceStrings(policy: string, replace: (text: string, mark: (text: string) => string) => string): string {
  return policy.replace(
    /(«?)("(?:[^"\\]|\\.)*")(»?)/g,
    (all, open: string, text: string, close: string, at: number) => {
      if (/^\s*:/.test(policy.slice(at + all.length))) return all;
      const isWhole = open !== '' && close !== '';
      return isWhole ? replace(text, (one) => `«${one}»`) : `${open}${replace(text, (one) => one)}${close}`;
    },
  );
}

/** The two halves of a string, put together again. */
function joined(text: string, mark: (text: string) => string): string {
  const value: string = JSON.parse(text);
  const half = Math.floor(value.length / 2);
  return mark(`{"Fn::Join": ["", ${JSON.stringify([value.slice(0, half), value.slice(half)])}]}`);
}
