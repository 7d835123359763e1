// A night at a concert.
// tint: 0 dark, 1 to 3 three colours of light, 4 metal or vinyl.

/** Beams over a crowd. knob: 0 beams, 1 how wide they fan, 2 raised hands. */
vec3 stage(vec2 p) {
  float smoke = fbm(vec2(p.x * 2. + seed, p.y * 2.6) + .6 * fbm(p * 3., 4), 6);
  vec3 c = tint[0] * (.6 + .8 * smoke);
  c += mix(tint[1], tint[2], .5) * .35 * exp(-length((p - vec2(0., -.12)) * vec2(1., 2.4)) * 3.);
  for (float i = 0.; i < knob[0]; i++) {
    float u = i / (knob[0] - 1.) - .5;
    vec2 lamp = vec2(u * 1.25, .44 - .05 * cos(u * 9.)), q = turn(-u * knob[1] + .35 * (hash(vec2(i, seed)) - .5)) * (p - lamp);
    float down = -q.y, w = .006 + .1 * max(down, 0.);
    vec3 hue = blend(tint[1], tint[2], tint[3], fract(i * .38 + hash(seed)));
    c += hue * exp(-pow(q.x / w, 2.)) * step(0., down) * (.35 + 1.0 * smoke) * (.75 / (1. + 2.2 * down));
    c += mix(hue, vec3(1.), .6) * (exp(-length(p - lamp) * 60.) * 1.6 + .14 * exp(-length((p - lamp) * vec2(.35, 1.5)) * 26.));
  }
  float truss = .455; vec2 t = vec2(abs(fract(p.x * 18.) - .5), abs(p.y - truss));
  c = mix(c, tint[0] * .3, .9 * max(inside(abs(t.y - .018) - .0035, .001), inside(abs(t.y - .036 * t.x * 1.9 + .018) - .003, .001) * step(t.y, .02)));
  for (float row = 0.; row < 4.; row++) {
    float size = .052 + .02 * row, x = p.x / size + row * 3.7, cell = floor(x), r = hash(vec2(cell, row + seed)), line = -.24 - .062 * row + .035 * (r - .5);
    vec2 q = vec2((fract(x) - .5) * size, p.y - line);
    float head = length(q * vec2(1.12, 1.)) - size * .27, body = max(length(vec2(q.x, max(-q.y - size * .72, 0.)) * vec2(1., 2.)) - size * .5, q.y + size * .3);
    body = min(body, q.y + size * .6);
    float up = step(1. - knob[2], hash(vec2(cell, row + 40.))), side = sign(r - .5);
    vec2 a = turn(side * (.15 + .25 * r)) * (q - vec2(side * size * .33, -.35 * size));
    float arm = max(abs(a.x) - size * (.085 - .02 * a.y / size), max(-a.y, a.y - size * (1.35 + r * .5))), hand = length(a - vec2(0., size * (1.4 + r * .5))) - size * .12;
    float d = min(min(head, body), up > .5 ? min(arm, hand) : 9.);
    vec3 rim = mix(tint[1], tint[3], .5 + p.x) * .5 * smoothstep(-.007, 0., d) * smoothstep(-.1, .25, q.y / size) * (1. - row * .3);
    c = mix(c, tint[0] * (.28 - .05 * row) + rim, inside(d, .0015));
  }
  return c;
}

/** A record in coloured light. knob: 0, 1 its middle, 2 radius. */
vec3 vinyl(vec2 p) {
  vec2 q = p - vec2(knob[0], knob[1]); float r = length(q) / knob[2], a = atan(q.y, q.x);
  vec3 desk = mix(tint[0], tint[0] * 2.2, fbm(vec2(p.x * 3., p.y * 40.) + seed, 5));
  vec3 c = desk * (.6 + .5 * exp(-length(p - vec2(-.3, .3)) * 2.));
  c *= 1. - .6 * inside(length(q - vec2(.02, -.025)) - knob[2], .03);
  float groove = .5 + .5 * sin(r * 620. + 4. * noise(vec2(r * 40., 1.))), gap = smoothstep(.012, .004, abs(fract(r * 5.2 + .3) - .5) / 5.2);
  float s1 = pow(abs(cos(a - .9)), 26.), s2 = pow(abs(cos(a + .5)), 40.), s3 = pow(abs(cos(a - 2.)), 60.);
  vec3 wax = tint[4] * .12 + (tint[1] * s1 + tint[2] * s2 + tint[3] * s3 * .7) * (.3 + .55 * groove) * (.45 + .55 * noise(vec2(r * 90., a * .5))) + .02;
  wax = mix(wax, wax * .35, gap);
  c = mix(c, wax, inside(r - 1., .003));
  c += (tint[1] * s1 + tint[2] * s2) * .6 * smoothstep(.006, 0., abs(r - .99));
  float label = .34;
  vec3 paper = mix(tint[2], tint[3], step(.0, q.y + .0 * q.x)) * (.75 + .2 * noise(p * 90.));
  paper = mix(paper, vec3(.96, .92, .84), step(abs(r - .25), .012) + step(abs(r - .31), .004));
  paper = mix(paper, vec3(.96, .92, .84), inside(max(abs(q.y / knob[2] - .13) - .012, abs(q.x / knob[2]) - .11), .003) + inside(max(abs(q.y / knob[2] + .13) - .007, abs(q.x / knob[2]) - .15), .003));
  c = mix(c, paper * (.8 + .35 * s1), inside(r - label, .004));
  c = mix(c, tint[0] * .5, inside(r - .022, .003));
  vec2 from = vec2(.74, .42), tip = vec2(knob[0], knob[1]) + knob[2] * .72 * vec2(cos(-.35), sin(-.35)), mid = vec2(.66, -.05);
  vec2 s = p, d1 = mid - from, d2 = tip - mid;
  float arm = min(length(s - from - d1 * sat(dot(s - from, d1) / dot(d1, d1))), length(s - mid - d2 * sat(dot(s - mid, d2) / dot(d2, d2))));
  c *= 1. - .35 * inside(min(length(s + vec2(-.012, .02) - from - d1 * sat(dot(s + vec2(-.012, .02) - from, d1) / dot(d1, d1))), length(s + vec2(-.012, .02) - mid - d2 * sat(dot(s + vec2(-.012, .02) - mid, d2) / dot(d2, d2)))) - .008, .01);
  c = mix(c, mix(vec3(.3), vec3(.95), smoothstep(.009, .0, arm)) * mix(vec3(1.), tint[1], .25), inside(arm - .009, .0015));
  vec2 h = turn(atan(d2.y, d2.x)) * (p - tip);
  return mix(c, vec3(.1) + tint[3] * .25 * step(.004, h.y), inside(max(abs(h.x) - .04, abs(h.y) - .02), .002));
}

/** Strings over a soundhole, close. knob: 0 slant. */
vec3 strings(vec2 p) {
  vec2 q = turn(knob[0]) * p;
  float grain = fbm(vec2(q.x * 3. + .3 * noise(q * 3.), q.y * 70.) + seed, 6);
  vec3 wood = mix(tint[2], tint[1], grain) * (.55 + .6 * exp(-length(p - vec2(-.25, .2)) * 1.7));
  vec2 h = q - vec2(.2, -.02); float r = length(h), a = atan(h.y, h.x);
  float inlay = step(.5, fract(a * 14. / PI * 2.)) * step(.5, fract(r * 90.));
  wood = mix(wood, mix(vec3(.93, .88, .76), tint[0], inlay), inside(abs(r - .385) - .017, .0015));
  wood = mix(wood, tint[0], inside(abs(abs(r - .385) - .022) - .0022, .001) + inside(abs(r - .43) - .002, .001));
  vec3 hole = tint[0] * (.35 + .9 * smoothstep(.1, .34, length(h - vec2(.04, -.05)))) + tint[2] * .22 * smoothstep(.26, .345, length(h - vec2(-.05, .04)));
  vec3 c = mix(wood, hole, inside(r - .35, .002));
  for (float i = 0.; i < 6.; i++) {
    float y = (i - 2.5) * .105, w = mix(.0085, .0028, i / 5.), d = q.y - y, s = q.y - y + .02;
    c *= 1. - .45 * inside(abs(s) - w, .012) * step(.345, r);
    float wound = i < 3.5 ? .6 + .4 * sin(q.x * 720. + d * 380.) : 1.;
    vec3 metal = mix(tint[4] * .35, vec3(1., .95, .85), pow(sat(1. - abs(d - w * .3) / w), 2.)) * wound;
    metal = mix(metal, i < 3.5 ? vec3(.85, .55, .25) * wound * (.4 + .9 * sat(1. - abs(d - w * .3) / w)) : metal, .75);
    metal += tint[3] * .4 * exp(-pow((q.x + .3 - .08 * i) * 3., 2.));
    c = mix(c, metal, inside(abs(d) - w, .0009));
  }
  return c * (1.06 - .25 * smoothstep(.1, .7, length(p)));
}

float merge2(float a, float b, float k) { float h = sat(.5 + .5 * (b - a) / k); return mix(b, a, h) - k * h * (1. - h); }
float tube(float d, float w) { return inside(d - w, .0012) ; }
float stroke(vec2 p, vec2 a, vec2 b) { vec2 q = p - a, d = b - a; return length(q - d * sat(dot(q, d) / dot(d, d))); }

/** Neon on bricks: a guitar, notes, a star. knob: 0 which figure. */
vec3 neon(vec2 p) {
  vec2 b = vec2(p.x * 9. + .5 * mod(floor(p.y * 22.), 2.), p.y * 22.), f = fract(b);
  float edge = min(min(f.x, 1. - f.x) * 2.4, min(f.y, 1. - f.y));
  float relief = smoothstep(.03, .1, edge + .03 * noise(p * 70.));
  vec3 brick = mix(vec3(.3, .28, .27), mix(vec3(.5, .24, .18), vec3(.36, .17, .14), hash(floor(b))) * (.75 + .5 * fbm(p * 34., 4)), relief);
  float one = 9., two = 9., three = 9.;
  if (knob[0] < .5) {
    vec2 q = turn(.6) * (p - vec2(.02, -.02)) * 1.05;
    float body = merge2(length((q - vec2(0., -.2)) * vec2(1., 1.1)) - .155, length((q - vec2(0., .0)) * vec2(1., 1.1)) - .105, .09);
    one = abs(body); two = min(min(abs(abs(q.x) - .018) + step(q.y, .03) + step(.37, q.y), abs(length(q - vec2(0., -.12)) - .045)), abs(max(abs(q.x) - .04, abs(q.y - .42) - .05)));
    three = min(stroke(p, vec2(.33, .2), vec2(.33, .34)), min(abs(length((p - vec2(.308, .2)) * vec2(1., 1.3)) - .024), stroke(p, vec2(.33, .34), vec2(.38, .3))));
    three = min(three, min(stroke(p, vec2(-.4, -.28), vec2(-.4, -.13)), min(stroke(p, vec2(-.3, -.25), vec2(-.3, -.1)), min(stroke(p, vec2(-.4, -.13), vec2(-.3, -.1)), min(abs(length((p - vec2(-.42, -.28)) * vec2(1., 1.3)) - .02), abs(length((p - vec2(-.32, -.25)) * vec2(1., 1.3)) - .02))))));
  } else {
    float a = atan(p.x, p.y), r = length(p), k = abs(mod(a + PI / 5., PI * .4) - PI * .2);
    vec2 q = r * vec2(cos(k), sin(k)); vec2 u = vec2(.3, 0.), v = .3 * .42 * vec2(cos(PI / 5.), sin(PI / 5.));
    one = stroke(q, u, v); two = stroke(q, u * .72, v * .72); three = min(abs(r - .4), abs(r - .425));
  }
  float near = exp(-one * 7.);
  vec3 light = tint[1] * (exp(-one * 9.) * .9 + .25 * exp(-one * 2.5)) + tint[2] * (exp(-two * 9.) * .8 + .2 * exp(-two * 2.5)) + tint[3] * (exp(-three * 9.) * .8 + .2 * exp(-three * 2.5));
  vec3 c = brick * (tint[0] * .6 + light * 1.5) * (.75 + .25 * near);
  c *= 1. - .3 * inside(min(one, min(two, three)) - .012, .02);
  c += light * .12;
  c = mix(c, tint[1] * .35 + .75, tube(one, .006)); c = mix(c, tint[2] * .35 + .72, tube(two, .005)); c = mix(c, tint[3] * .35 + .72, tube(three, .005));
  return c + tint[1] * .5 * exp(-one * 55.) + tint[2] * .5 * exp(-two * 60.) + tint[3] * .5 * exp(-three * 60.);
}

/** Sound as lines. knob: 0 lines, 1 height. */
vec3 pulse(vec2 p) {
  vec3 c = tint[0];
  for (float i = 0.; i < knob[0]; i++) {
    float t = i / (knob[0] - 1.), y = mix(.26, -.42, t), env = exp(-pow(p.x * 3.1 + .25 * (noise(vec2(i, seed)) - .5), 2.));
    float h = env * knob[1] * pow(fbm(vec2(p.x * 9. + i * 7., i + seed), 5), 2.) * 1.6 + .006 * noise(vec2(p.x * 30., i)), d = p.y - y - h;
    vec3 hue = blend(tint[1], tint[2], tint[3], sat(t + .9 * h));
    c = mix(c, tint[0], smoothstep(.001, -.001, d) * step(abs(p.x), .62));
    c += hue * (inside(abs(d) / (1. + 8. * env) - .0011, .0007) + .12 * exp(-abs(d) * 60.)) * smoothstep(.62, .55, abs(p.x));
  }
  return c;
}
