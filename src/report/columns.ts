/** East Asian and pictographic characters are two columns wide, what combines with the one before none. */
export function columns(text: string): number {
  return Array.from(text).reduce((sum, char) => sum + (/[\p{Mn}\u200c\u200d]/u.test(char) ? 0 : isWide(char) ? 2 : 1), 0);
}

const isWide = (char: string): boolean =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(char);
