// What people type here holds names and phone numbers of residents, and GraphiQL's history keeps even typed headers.
// On the shared computer of a community office that must not outlive the browser session: tabs, variables and history
// go to sessionStorage; only looks (theme, panel sizes) last.
const looks = /^graphiql:(theme|visiblePlugin|\w+Flex)$/;
const placeOf = (key) => (looks.test(key) ? localStorage : sessionStorage);

/** The `storage` of GraphiQL. */
export const storage = {
  getItem: (key) => placeOf(key).getItem(key),
  setItem: (key, value) => placeOf(key).setItem(key, value),
  removeItem: (key) => placeOf(key).removeItem(key),
  // Not clear() of the whole: "Clear data" in the settings must not sign anybody out.
  clear() {
    for (const place of [localStorage, sessionStorage]) {
      Object.keys(place).filter((key) => key.startsWith('graphiql:')).forEach((key) => place.removeItem(key));
    }
  },
  get length() {
    return sessionStorage.length;
  },
};

const TOKEN = 'tongxin:token';
export const loadToken = () => sessionStorage.getItem(TOKEN) ?? '';
export const saveToken = (token) => (token ? sessionStorage.setItem(TOKEN, token) : sessionStorage.removeItem(TOKEN));
