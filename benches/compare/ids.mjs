// Tongxin's ids are TypeIDs, its peers' are UUIDs: the same 128 bits, written differently.
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

export const typed = (type, uuid) => {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let place = 0; place < 26; place += 1, bits >>= 5n) text = DIGITS[Number(bits & 31n)] + text;
  return `${type}_${text}`;
};

export const uuid = (id) => {
  const digits = [...id.slice(id.lastIndexOf('_') + 1)];
  const bits = digits.reduce((sum, digit) => (sum << 5n) | BigInt(DIGITS.indexOf(digit)), 0n);
  const hex = bits.toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};
