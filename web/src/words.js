// What the sign-in form says; GraphiQL's bar speaks both languages at once, the overview one of them.
const en = {
  name: 'Name',
  password: 'Password',
  newPassword: 'New password',
  signIn: 'Sign in',
  signOut: 'Sign out',
  refusals: {
    BAD_CREDENTIALS: () => 'The name or the password is wrong.',
    PASSWORD_CHANGE_REQUIRED: () => 'This password is good for one sign-in. Choose your own, of at least 8 characters, and sign in again.',
    RATE_LIMITED: (seconds) => `Too many tries. Wait ${seconds} seconds, then try again.`,
  },
};

const zh = {
  name: '账号',
  password: '密码',
  newPassword: '新密码',
  signIn: '登录',
  signOut: '退出',
  refusals: {
    BAD_CREDENTIALS: () => '账号或密码有误。',
    PASSWORD_CHANGE_REQUIRED: () => '该密码仅限首次登录使用。请设置自己的密码（至少 8 个字符）后再次登录。',
    RATE_LIMITED: (seconds) => `尝试次数过多，请在 ${seconds} 秒后再试。`,
  },
};

const texts = ['name', 'password', 'newPassword', 'signIn', 'signOut'];
const both = {
  ...Object.fromEntries(texts.map((key) => [key, `${en[key]} ${zh[key]}`])),
  refusals: Object.fromEntries(Object.keys(en.refusals).map((code) => [code, (seconds) => `${en.refusals[code](seconds)} ${zh.refusals[code](seconds)}`])),
};

export const signInWords = { en, zh, both };
