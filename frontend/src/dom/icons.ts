/** Lucide icons for the components, built in. */
import arrowUp from "lucide-static/icons/arrow-up.svg?raw";
import arrowDown from "lucide-static/icons/arrow-down.svg?raw";
import arrowLeft from "lucide-static/icons/arrow-left.svg?raw";
import arrowRight from "lucide-static/icons/arrow-right.svg?raw";
import compass from "lucide-static/icons/compass.svg?raw";
import crosshair from "lucide-static/icons/crosshair.svg?raw";
import house from "lucide-static/icons/house.svg?raw";
import move from "lucide-static/icons/move.svg?raw";
import zoomIn from "lucide-static/icons/zoom-in.svg?raw";
import zoomOut from "lucide-static/icons/zoom-out.svg?raw";
import camera from "lucide-static/icons/camera.svg?raw";
import cameraOff from "lucide-static/icons/camera-off.svg?raw";
import check from "lucide-static/icons/circle-check.svg?raw";
import chevronLeft from "lucide-static/icons/chevron-left.svg?raw";
import chevronRight from "lucide-static/icons/chevron-right.svg?raw";
import flag from "lucide-static/icons/flag.svg?raw";
import keyboard from "lucide-static/icons/keyboard.svg?raw";
import loader from "lucide-static/icons/loader.svg?raw";
import lock from "lucide-static/icons/lock.svg?raw";
import maximize from "lucide-static/icons/maximize.svg?raw";
import minimize from "lucide-static/icons/minimize.svg?raw";
import minus from "lucide-static/icons/minus.svg?raw";
import pause from "lucide-static/icons/pause.svg?raw";
import play from "lucide-static/icons/play.svg?raw";
import plus from "lucide-static/icons/plus.svg?raw";
import radio from "lucide-static/icons/radio.svg?raw";
import rotateCcw from "lucide-static/icons/rotate-ccw.svg?raw";
import rotateCw from "lucide-static/icons/rotate-cw.svg?raw";
import shieldX from "lucide-static/icons/shield-x.svg?raw";
import stepBack from "lucide-static/icons/step-back.svg?raw";
import stepForward from "lucide-static/icons/step-forward.svg?raw";
import volume from "lucide-static/icons/volume-2.svg?raw";
import volumeX from "lucide-static/icons/volume-x.svg?raw";
import warning from "lucide-static/icons/triangle-alert.svg?raw";
import wifiOff from "lucide-static/icons/wifi-off.svg?raw";
import close from "lucide-static/icons/x.svg?raw";

const ICONS = {
  arrowUp,
  arrowDown,
  arrowLeft,
  arrowRight,
  compass,
  crosshair,
  house,
  move,
  zoomIn,
  zoomOut,
  camera,
  cameraOff,
  check,
  chevronLeft,
  chevronRight,
  close,
  flag,
  keyboard,
  loader,
  lock,
  maximize,
  minimize,
  minus,
  pause,
  play,
  plus,
  radio,
  rotateCcw,
  rotateCw,
  shieldX,
  stepBack,
  stepForward,
  volume,
  volumeX,
  warning,
  wifiOff,
} as const;

export type IconName = keyof typeof ICONS;

/** An icon; whatever holds it has a word or a label. */
export function icon(name: IconName): SVGElement {
  return draw(ICONS[name]);
}

/** An icon that a part brings with it. */
export function draw(source: string): SVGElement {
  const template = document.createElement("template");
  template.innerHTML = source.slice(source.indexOf("<svg"));
  const svg = template.content.firstElementChild as SVGElement;
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}
