/** Entry: cameras and times chosen on a map and a timeline, beside the fields of a form. The map is loaded when it is opened. */
import "./styles/choose.css";
import { wireChoosing } from "./choose/page";

wireChoosing();
