/**
 * Something only the user can mend: a wrong option, a broken configuration, a missing permission.
 * Its message is one sentence that names the input, file and line; it is shown without a stack.
 */
export class UserError extends Error {
  override name = 'UserError';
}
