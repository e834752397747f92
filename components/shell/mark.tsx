/** The mark: two tracks and the bar that locks the crossing. */
export function Mark() {
  return (
    <svg aria-hidden width="22" height="22" viewBox="0 0 22 22" fill="none" strokeWidth="2.2" strokeLinecap="round">
      <path d="M2 6.500h5.500c4 0 4 9 8 9H20" stroke="var(--accent)" />
      <path d="M2 15.500h5M15 6.500h5" stroke="var(--ink-3)" />
      <path d="M11.200 3.500v4.200" stroke="var(--bad)" />
    </svg>
  );
}
