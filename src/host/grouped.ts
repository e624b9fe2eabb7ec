/** A whole number for people, such as "1,234,567". The first `toLocaleString` of a process would take 8 MB and 20 ms. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
