/** An IPv4 network; `base` has no bit behind `prefix`. */
export interface Ipv4Network {
  readonly base: number;
  readonly prefix: number;
}

/** `10.210.0.5` as an unsigned number; null where it is no address. */
export function parseIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export const formatIpv4 = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

/** Addresses in a network of this prefix length. */
export const sizeOf = (prefix: number): number => 2 ** (32 - prefix);

export const networkOf = (address: number, prefix: number): Ipv4Network => ({
  base: Math.floor(address / sizeOf(prefix)) * sizeOf(prefix),
  prefix,
});

export function overlaps(one: Ipv4Network, other: Ipv4Network): boolean {
  return one.base < other.base + sizeOf(other.prefix) && other.base < one.base + sizeOf(one.prefix);
}
