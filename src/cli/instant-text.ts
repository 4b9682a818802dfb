/** An instant for people: 2026-03-01 08:00 UTC. */
export const instantText = (text: string) => `${text.slice(0, 16).replace("T", " ")} UTC`;
