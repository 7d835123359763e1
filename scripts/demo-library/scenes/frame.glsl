// The camera: a soft vignette, a breath of grain; where `aged` says so, a print of 1968 (1) or of 1987 (2), scanned.
vec3 print(vec3 c, vec2 q) {
  float grey = dot(c, vec3(.3, .59, .11));
  c = aged < 1.5 ? mix(vec3(grey), c, .55) * vec3(1.02, .93, .76) : mix(vec3(grey), c, .8) * vec3(1.05, .97, .9);
  c = .13 + c * .78 + vec3(.1, .04, -.02) * aged * fbm(q * 1.6, 3);
  c += vec3(.4, .16, .03) * smoothstep(.75, 0., length(q - vec2(.75, .42))) * step(1.5, aged);
  c += .3 * step(.9996, hash(floor(gl_FragCoord.xy / 2.)));
  vec2 rim = abs(gl_FragCoord.xy / resolution - .5) * resolution / min(resolution.x, resolution.y);
  float edge = max(rim.x - resolution.x / resolution.y * .5, rim.y - .5) + .035;
  return mix(c, vec3(.96, .94, .88) - .02 * noise(q * 40.), smoothstep(-.001, .002, edge));
}

void main() {
  vec2 p = (gl_FragCoord.xy - .5 * resolution) / min(resolution.x, resolution.y), q = gl_FragCoord.xy / resolution - .5;
  vec3 colour = clamp(SCENE(p), 0., 1.) * (1. - .55 * dot(q, q));
  if (aged > 0.) colour = print(colour, p);
  colour += (hash(gl_FragCoord.xy + seed * 7. + time * 61.) - .5) * .016;
  pixel = vec4(colour, 1.);
}
