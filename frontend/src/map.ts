/** Entry: the map of the register. MapLibre itself is loaded by it, and only where a browser can draw. */
import "./styles/map.css";
import { wireRegisterMap } from "./map/page";

wireRegisterMap();
