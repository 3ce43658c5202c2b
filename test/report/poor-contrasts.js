// Runs in a page. The texts whose colour differs from what is behind them by less than WCAG's AA asks for.
(() => {
  const AA = 4.5;
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

  const channels = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };

  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

  const over = (top, below) => below.map((value, index) => (index === 3 ? 255 : (top[index] * top[3] + value * (255 - top[3])) / 255));

  const behind = (element) => {
    if (element === null) return [255, 255, 255, 255];
    const own = channels(getComputedStyle(element).backgroundColor);
    return own[3] === 255 ? own : over(own, behind(element.parentElement));
  };

  const contrast = (color, background) => {
    const [dark, light] = [luminance(over(channels(color), background)), luminance(background)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '');
  const isGenerated = (element, pseudo) => !['none', 'normal', '""'].includes(getComputedStyle(element, pseudo).content);

  const colorsOf = (element) => [
    ...(hasText(element) ? [getComputedStyle(element).color] : []),
    ...['::before', '::after'].filter((pseudo) => isGenerated(element, pseudo)).map((pseudo) => getComputedStyle(element, pseudo).color),
    ...(element.matches('input[placeholder]') ? [getComputedStyle(element, '::placeholder').color] : []),
  ];

  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getClientRects().length > 0)
    .flatMap((element) => {
      const background = behind(element);
      return colorsOf(element)
        .filter((color) => contrast(color, background) < AA)
        .map((color) => `${element.localName}.${element.className}: ${color} on ${background}`);
    });
})();
