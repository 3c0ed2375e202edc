/** A hull seen from ahead, on its keel. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="8" fill="#0f6b74" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
        <path d="M6.5 9.5c0 7.5 4 13 9.5 13s9.5-5.5 9.5-13" />
        <path d="M16 7v15.5" />
        <path d="M10.5 13.5h11" />
      </g>
    </svg>
  );
}
